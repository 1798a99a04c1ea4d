import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parseJson5, readJson5 } from "../store/json5-file.js";
import { defaultSettings, foldersIn, parseSettings, settingKeys } from "./settings.js";

const document = (text: string) => ({
  file: "groups.json5",
  text,
  value: parseJson5("groups.json5", text),
  mode: 0o644,
  stamp: "",
});
const parse = (text: string) => parseSettings(document(text));

describe("parseSettings", () => {
  it("has the original's defaults, in milliseconds", () => {
    expect(parse("{}").settings).toEqual(defaultSettings);
    expect(defaultSettings).toEqual({
      groupsDir: "groups",
      localesDir: "locales",
      validateLocales: true,
      maxCatchupNotifs: 30,
      maxCatchupStatuses: 50,
      delayFetchPageMs: 250,
      delayAfterPostMs: 0,
      delayReopenClosedMs: 500,
      delayReopenErrorMs: 5_000,
      socketAliveTimeoutMs: 30_000,
      socketRetireTimeMs: 120_000,
      pollIntervalMs: 15_000,
      manageNotificationPolicy: true,
      httpListen: undefined,
    });
  });

  it.each([
    ["9187", "127.0.0.1", 9187],
    ['"9187"', "127.0.0.1", 9187],
    ['":9187"', "127.0.0.1", 9187],
    ['"0.0.0.0:80"', "0.0.0.0", 80],
    ['"[::1]:9187"', "::1", 9187],
    ['"pi.local:9187"', "pi.local", 9187],
  ])("listens on %s at %s", (text, host, port) => {
    expect(parse(`{ http_listen: ${text} }`).settings.httpListen).toEqual({ host, port });
  });

  it.each(['"http://x:80"', '"x:"', "0", "70000", "true", '"::1:80"'])(
    "does not listen on %s",
    (text) => {
      expect(() => parse(`{ http_listen: ${text} }`)).toThrow("a port of this machine such as");
    },
  );

  it("takes all eleven keys of the original at once", () => {
    const { settings, notices } = parse(`{
      "groups_dir": "g", "locales_dir": "l", "validate_locales": false,
      "max_catchup_notifs": 50, "max_catchup_statuses": 50, "delay_fetch_page_s": 0.05,
      "delay_after_post_s": 0.05, "delay_reopen_closed_s": 0.5, "delay_reopen_error_s": 1.0,
      "socket_alive_timeout_s": 15, "socket_retire_time_s": 60
    }`);
    expect(settings).toMatchObject({
      groupsDir: "g",
      delayAfterPostMs: 50,
      socketRetireTimeMs: 60_000,
    });
    expect(notices).toEqual([]);
  });

  it.each([
    [
      '{"max_catchup_notifs": -1}',
      "max_catchup_notifs (line 1): Found the number -1, expected a whole number of 0 or more.",
    ],
    ['{"max_catchup_statuses": 1.5}', "Found the number 1.5, expected a whole number"],
    [
      '{\n"delay_after_post_s": -0.1}',
      "delay_after_post_s (line 2): Found the number -0.1, expected a number of seconds, 0 or more.",
    ],
    ['{"delay_fetch_page_s": "0.25"}', 'Found the text "0.25", expected a number of seconds'],
    ['{"delay_fetch_page_s": null}', "Found null, expected a number of seconds"],
    ['{"delay_reopen_error_s": NaN}', "Found the number NaN"],
    ['{"socket_retire_time_s": Infinity}', "Found the number Infinity"],
    ['{"socket_alive_timeout_s": 0}', "expected a number of seconds, more than 0"],
    ['{"poll_interval_s": 0}', "expected a number of seconds, more than 0"],
    ['{"groups_dir": ""}', "expected the path of a folder"],
    ['{"groups_dir": "a\\u0000b"}', "expected the path of a folder"],
    ['{"validate_locales": 1}', "Found the number 1, expected true or false."],
    ["[]", "Found a list, expected an object"],
    ["null", "Found null, expected an object"],
  ])("refuses %s", (text, message) => {
    expect(() => parse(text)).toThrow(message);
  });

  it("reports unknown and doubled keys", () => {
    expect(
      parse('{\n"max_catchup_notif": 3,\n"colour": 1, locales_dir: "a", locales_dir: "b"}').notices,
    ).toEqual([
      'groups.json5: max_catchup_notif (line 2): This key is unknown and has no effect; did you mean "max_catchup_notifs"?',
      "groups.json5: colour (line 3): This key is unknown and has no effect.",
      "groups.json5: locales_dir (line 3): This key stands here more than once; the last one counts.",
    ]);
  });
});

describe("foldersIn", () => {
  it("saves what it can of a faulty file", () => {
    expect(foldersIn({ groups_dir: "g", locales_dir: 7, poll_interval_s: "x" })).toEqual({
      ...defaultSettings,
      groupsDir: "g",
    });
    expect(foldersIn([])).toEqual(defaultSettings);
  });
});

describe("the commented default configuration", () => {
  it("holds every key, with its default", async () => {
    const found = await readJson5(join(import.meta.dirname, "../../groups.json5"));
    if (found === undefined) throw new Error("groups.json5 is gone.");
    expect(Object.keys(Object(found.value)).sort()).toEqual([...settingKeys].sort());
    expect(parseSettings(found)).toEqual({ settings: defaultSettings, notices: [] });
  });
});
