// What is shown when a file could not be fetched.
import { notifications } from "@mantine/notifications";
import { problemOf } from "@/api/problem";
import { errorText } from "@/ui/errorText";
import { useWords } from "@/words";

export function useDownloadFailed(): (error: unknown) => void {
  const { t } = useWords();
  return (error) => {
    const problem = problemOf(error);
    notifications.show({
      color: "red",
      title: t.requests.downloadFailed,
      message: [errorText(t, problem), problem.requestId].filter(Boolean).join(" · "),
    });
  };
}
