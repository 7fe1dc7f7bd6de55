import { existsSync } from 'node:fs';
import { lauxlib, lua, lualib, to_jsstring, to_luastring } from 'fengari';

/** What the stamp answers for one record: Fluent Bit's return code and the new record (undefined when dropped). */
export interface Stamped {
  readonly code: number;
  readonly record: Readonly<Record<string, unknown>>;
}

// fengari has no io; a file can be opened when it is there.
const IO_OPEN = `io = { open = function(path)
  if not file_exists(path) then return nil end
  return { close = function() end }
end }
`;

// fengari's os.date knows no "!" for UTC; this stands in for the one format the stamp uses.
const UTC_DATE = `os.date = function(format, seconds)
  assert(format == "!%Y-%m-%dT%H:%M:%S", format)
  local z = seconds // 86400 + 719468
  local era = z // 146097
  local doe = z - era * 146097
  local yoe = (doe - doe // 1460 + doe // 36524 - doe // 146096) // 365
  local doy = doe - (365 * yoe + yoe // 4 - yoe // 100)
  local mp = (5 * doy + 2) // 153
  local day = doy - (153 * mp + 2) // 5 + 1
  local month = mp < 10 and mp + 3 or mp - 9
  local year = yoe + era * 400 + (month <= 2 and 1 or 0)
  local s = seconds % 86400
  return string.format("%04d-%02d-%02dT%02d:%02d:%02d", year, month, day, s // 3600, s // 60 % 60, s % 60)
end
`;

/** A record as Fluent Bit hands it to the filter. */
export interface Fields {
  readonly [name: string]: string | Uint8Array | number | Fields;
}

/** Runs a stamp script in a Lua interpreter, as Fluent Bit's filter would; the environment is what os.getenv sees. */
export function loadStamp(script: string, env: Readonly<Record<string, string>>) {
  const L = lauxlib.luaL_newstate();
  lualib.luaL_openlibs(L);
  lua.lua_pushcfunction(L, (state) => {
    lua.lua_pushboolean(state, existsSync(to_jsstring(lua.lua_tostring(state, 1))));
    return 1;
  });
  lua.lua_setglobal(L, to_luastring('file_exists'));
  const getenv = `os.getenv = function(name) local e = {${Object.entries(env)
    .map(([name, value]) => `["${name}"] = "${value}"`)
    .join(', ')}} return e[name] end\n`;
  if (lauxlib.luaL_dostring(L, to_luastring(UTC_DATE + IO_OPEN + getenv + script)) !== lua.LUA_OK) {
    throw new Error(to_jsstring(lua.lua_tostring(L, -1)));
  }
  return (tag: string, seconds: number, fields: Fields): Stamped => {
    lua.lua_settop(L, 0);
    lua.lua_getglobal(L, to_luastring('stamp'));
    lua.lua_pushstring(L, to_luastring(tag));
    pushTable(L, { sec: Math.floor(seconds), nsec: Math.round((seconds % 1) * 1e9) });
    pushTable(L, fields);
    if (lua.lua_pcall(L, 3, 3, 0) !== lua.LUA_OK) throw new Error(to_jsstring(lua.lua_tostring(L, -1)));
    return { code: lua.lua_tointeger(L, 1), record: readTable(L, 3) };
  };
}

function pushTable(L: unknown, fields: Fields): void {
  lua.lua_newtable(L);
  for (const [name, value] of Object.entries(fields)) {
    if (typeof value === 'number') lua.lua_pushinteger(L, value);
    else if (typeof value === 'string') lua.lua_pushstring(L, to_luastring(value));
    else if (value instanceof Uint8Array) lua.lua_pushstring(L, value);
    else pushTable(L, value);
    lua.lua_setfield(L, -2, to_luastring(name));
  }
}

function readTable(L: unknown, index: number): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  lua.lua_pushnil(L);
  while (lua.lua_next(L, index) !== 0) {
    // Asking for a number's text would change the key in place.
    const numbered = lua.lua_type(L, -2) === lua.LUA_TNUMBER;
    const key = numbered ? String(lua.lua_tonumber(L, -2)) : to_jsstring(lua.lua_tostring(L, -2));
    if (lua.lua_istable(L, -1)) found[key] = readTable(L, lua.lua_gettop(L));
    else if (lua.lua_isboolean(L, -1)) found[key] = lua.lua_toboolean(L, -1);
    else if (lua.lua_type(L, -1) === lua.LUA_TNUMBER) found[key] = lua.lua_tonumber(L, -1);
    else found[key] = Buffer.from(lua.lua_tostring(L, -1)).toString('utf8');
    lua.lua_pop(L, 1);
  }
  return found;
}
