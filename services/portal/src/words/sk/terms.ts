// Slovak: the terms of version 2026-11.
export const terms = [
  {
    heading: "1. Čo dostanete",
    text: "API, ktoré registruje požiadavky na podpis, ukazuje vaše dokumenty podpisujúcim, podpísané pečatí a vracia vám ich. Jeden kus zaplatí jednu zaregistrovanú požiadavku na podpis s ľubovoľným počtom podpisov v nej.",
  },
  {
    heading: "2. Kusy a peniaze",
    text: "Kusy sa platia vopred, v balíkoch. Volanie, ktoré nič nezaregistruje, nestojí nič; opakované volanie s tým istým kľúčom idempotencie alebo číslom požiadavky stojí najviac jeden kus. Kusy nepoužité do konca platnosti prepadajú. Vrátenie peňazí sa riadi právom zmlúv v mieste nášho sídla.",
  },
  {
    heading: "3. Čím je podpis",
    text: "Jednoduchý elektronický podpis podpisujúceho, uzavretý elektronickou pečaťou s certifikátom vašej firmy od našej certifikačnej autority. Nie je to zdokonalený ani kvalifikovaný podpis podpisujúceho, ak sme sa písomne nedohodli inak.",
  },
  {
    heading: "4. Dokumenty a osobné údaje",
    text: "Vy rozhodujete, ktoré dokumenty kto podpisuje, a ste prevádzkovateľom údajov v nich; my ich spracúvame vo vašom mene, aby sme službu poskytli. Podpísané dokumenty sa mažú 10 dní po podpise a nepodpísané 30 dní po nahratí, ak nie je nastavená iná lehota. Záznam o zápočte ostáva.",
  },
  {
    heading: "5. Surový atrament a pár kľúčov",
    text: "Surový atrament sa uchováva iba vtedy, ak to pri aktivácii zvolíte; vtedy sa zašifruje vaším verejným kľúčom a vloží do podpísaného PDF. Súkromný kľúč vzniká u vás a nikdy sa nám neposiela. Ak sa stratí, nikto neprečíta, čo ním bolo zašifrované.",
  },
  {
    heading: "6. Riadne používanie a bezpečnosť",
    text: "Kľúče API držte v tajnosti a tie, ktoré mohli uniknúť, zrušte. API môžeme pozastaviť, ak sa používa protiprávne alebo ohrozuje iných, a povieme vám prečo. Pozastavenie sa zostatku nedotkne.",
  },
  {
    heading: "7. Zmeny a koniec",
    text: "Zmenu týchto podmienok oznámime 30 dní vopred. Zmluvu môžete kedykoľvek ukončiť; dokumenty sa dajú stiahnuť, kým sa nevymažú.",
  },
];
