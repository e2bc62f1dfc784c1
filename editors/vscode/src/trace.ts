// The setting `asyncapiSecurity.trace.server`.

import { type Disposable, EventEmitter, LogLevel, type LogOutputChannel, workspace } from "vscode";

/**
 * The output channel as the client sees it when it writes down messages.
 *
 * The client traces only into a channel whose level is Trace, so that the setting alone would do nothing until the
 * user has found the command for that level as well. To the client this channel has the level the setting asks for,
 * and what comes in as trace goes out as information.
 */
export function traceChannel(output: LogOutputChannel, section: string): LogOutputChannel & Disposable {
  const levels = new EventEmitter<LogLevel>();
  const level = () =>
    workspace.getConfiguration(section).get("trace.server", "off") === "off" ? LogLevel.Info : LogLevel.Trace;
  const changes = workspace.onDidChangeConfiguration((change) => {
    if (change.affectsConfiguration(`${section}.trace`)) {
      levels.fire(level());
    }
  });
  return new Proxy(output, {
    get(target, name) {
      switch (name) {
        case "logLevel":
          return level();
        case "onDidChangeLogLevel":
          return levels.event;
        case "trace":
          return (message: string, ...rest: unknown[]) => target.info(message, ...rest);
        case "dispose":
          // The channel itself belongs to whoever made it.
          return () => {
            changes.dispose();
            levels.dispose();
          };
        default: {
          const value: unknown = Reflect.get(target, name);
          return typeof value === "function" ? value.bind(target) : value;
        }
      }
    },
  });
}
