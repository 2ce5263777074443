// English: the terms of version 2026-11. A new version is a new text and a new version name, agreed to anew.
export const terms = [
  {
    heading: "1. What you get",
    text: "An API that registers signature requests, shows your documents to signers, seals what was signed and gives it back to you. One unit pays for one registered signature request, with any number of signatures inside it.",
  },
  {
    heading: "2. Units and money",
    text: "Units are paid in advance, in bundles. A call that registers nothing takes no unit; a repeated call with the same idempotency key or signature request id takes one at most. Units that are not used by the end of their validity lapse. Refunds follow the law of consumer and business contracts at our seat.",
  },
  {
    heading: "3. What the signature is",
    text: "A simple electronic signature of the signer, closed by an electronic seal of your company's certificate from our certification authority. It is neither an advanced nor a qualified signature of the signer unless we have agreed so in writing.",
  },
  {
    heading: "4. Documents and people's data",
    text: "You decide which documents are signed by whom and are the controller of the data in them; we process them on your behalf to perform the service. Signed documents are deleted 10 days after signing and unsigned ones 30 days after upload, unless another period was set. The record of a charge stays.",
  },
  {
    heading: "5. Raw ink and your key pair",
    text: "Raw ink is kept only where you choose so during activation; then it is encrypted with your public key and embedded in the signed PDF. The private key is made on your side and never sent to us. If it is lost, nobody can read what was encrypted to it.",
  },
  {
    heading: "6. Fair use and security",
    text: "Keep your API keys secret and revoke the ones that may have leaked. We may suspend the API where it is used against the law or puts others at risk, and tell you why. Your balance is not touched by a suspension.",
  },
  {
    heading: "7. Changes and end",
    text: "We announce a change of these terms 30 days ahead. You may end the contract at any time; documents can be downloaded until they are deleted.",
  },
];
