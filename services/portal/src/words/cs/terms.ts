// Czech: the terms of version 2026-11.
export const terms = [
  {
    heading: "1. Co dostanete",
    text: "API, které registruje požadavky na podpis, ukazuje vaše dokumenty podepisujícím, podepsané pečetí a vrací vám je. Jeden kus zaplatí jeden zaregistrovaný požadavek na podpis s libovolným počtem podpisů v něm.",
  },
  {
    heading: "2. Kusy a peníze",
    text: "Kusy se platí předem, v balících. Volání, které nic nezaregistruje, nestojí nic; opakované volání se stejným klíčem idempotence nebo číslem požadavku stojí nejvýš jeden kus. Kusy nepoužité do konce platnosti propadají. Vracení peněz se řídí právem smluv v místě našeho sídla.",
  },
  {
    heading: "3. Čím je podpis",
    text: "Prostý elektronický podpis podepisujícího, uzavřený elektronickou pečetí s certifikátem vaší firmy od naší certifikační autority. Není to zaručený ani kvalifikovaný podpis podepisujícího, pokud jsme se písemně nedohodli jinak.",
  },
  {
    heading: "4. Dokumenty a osobní údaje",
    text: "Vy rozhodujete, které dokumenty kdo podepisuje, a jste správcem údajů v nich; my je zpracováváme vaším jménem, abychom službu poskytli. Podepsané dokumenty se mažou 10 dní po podpisu a nepodepsané 30 dní po nahrání, není-li nastavena jiná lhůta. Záznam o zápočtu zůstává.",
  },
  {
    heading: "5. Surový inkoust a pár klíčů",
    text: "Surový inkoust se uchovává jen tehdy, když to při aktivaci zvolíte; pak se zašifruje vaším veřejným klíčem a vloží do podepsaného PDF. Soukromý klíč vzniká u vás a nikdy se nám neposílá. Pokud se ztratí, nikdo nepřečte, co jím bylo zašifrováno.",
  },
  {
    heading: "6. Řádné užívání a bezpečnost",
    text: "Klíče API držte v tajnosti a ty, které mohly uniknout, zrušte. API můžeme pozastavit, pokud se užívá protiprávně nebo ohrožuje jiné, a řekneme vám proč. Pozastavení se zůstatku nedotkne.",
  },
  {
    heading: "7. Změny a konec",
    text: "Změnu těchto podmínek oznámíme 30 dní předem. Smlouvu můžete kdykoli ukončit; dokumenty lze stáhnout, dokud se nesmažou.",
  },
];
