/** Takes one line, without line end. A promise it returns is not waited for; its rejection goes to `onError`. */
export type MeteringSink = (line: string) => void | Promise<void>;

/** Lines to standard output, where the sidecar reads them with the application's own. */
export function stdoutSink(): MeteringSink {
  return (line) => {
    process.stdout.write(`${line}\n`);
  };
}
