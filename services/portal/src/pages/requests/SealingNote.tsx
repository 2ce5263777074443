// Why a signed document is not sealed yet, in plain words. Nobody has to do anything: it is tried again by itself.
import type { SignatureRequestView } from "@/api/types";
import { When } from "@/ui/When";
import { useWords } from "@/words";
import classes from "./Requests.module.css";

export function SealingNote({ request }: { request: SignatureRequestView }) {
  const { t, format } = useWords();
  const sealing = request.sealing;
  if (request.state !== "sealing" || !sealing) return null;
  const reasons: Record<string, string> = t.requests.sealingReasons;
  return (
    <div className={classes.reason}>
      {t.requests.sealingTried(format, sealing.tries)} {reasons[sealing.reason] ?? reasons["engine"]}{" "}
      {t.requests.sealingNext} <When at={sealing.nextTryAt} />
    </div>
  );
}
