import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const { lauxlib, lua, lualib, to_jsstring, to_luastring } = require('fengari');

/** What a JavaScript Lua lacks of Fluent Bit's: the environment of the pod, UTC dates, and the run's own clock. */
const PRELUDE = `
os.getenv = function(name) return ENV[name] end
os.time = function() return START end
os.date = function(_, seconds) return DATE(seconds) end
`;

/**
 * Loads a rendered stamp.lua as Fluent Bit's Lua filter does. Returns a function that stamps one record and answers the
 * envelope, or undefined where the stamp holds the line back. `env` is the pod's environment, `start` epoch seconds.
 */
export function loadStamp(script, env, start) {
  const L = lauxlib.luaL_newstate();
  lualib.luaL_openlibs(L);
  pushTable(L, env);
  lua.lua_setglobal(L, to_luastring('ENV'));
  lua.lua_pushinteger(L, start);
  lua.lua_setglobal(L, to_luastring('START'));
  lua.lua_pushcfunction(L, (state) => {
    const date = new Date(lua.lua_tonumber(state, 1) * 1000).toISOString().slice(0, 19);
    lua.lua_pushstring(state, to_luastring(date));
    return 1;
  });
  lua.lua_setglobal(L, to_luastring('DATE'));
  check(L, lauxlib.luaL_dostring(L, to_luastring(PRELUDE + script)));

  return (tag, ms, record) => {
    lua.lua_settop(L, 0);
    lua.lua_getglobal(L, to_luastring('stamp'));
    lua.lua_pushstring(L, to_luastring(tag));
    pushTable(L, { sec: Math.floor(ms / 1000), nsec: (ms % 1000) * 1_000_000 });
    pushTable(L, record);
    check(L, lua.lua_pcall(L, 3, 3, 0));
    return lua.lua_tointeger(L, 1) === -1 ? undefined : readTable(L, 3);
  };
}

function check(L, status) {
  if (status !== lua.LUA_OK) throw new Error(to_jsstring(lua.lua_tostring(L, -1)));
}

function pushTable(L, fields) {
  lua.lua_newtable(L);
  for (const [name, value] of Object.entries(fields)) {
    if (typeof value === 'number') lua.lua_pushinteger(L, value);
    else lua.lua_pushstring(L, to_luastring(value));
    lua.lua_setfield(L, -2, to_luastring(name));
  }
}

function readTable(L, index) {
  const found = {};
  lua.lua_pushnil(L);
  while (lua.lua_next(L, index) !== 0) {
    const key = to_jsstring(lua.lua_tostring(L, -2));
    const type = lua.lua_type(L, -1);
    if (type === lua.LUA_TTABLE) found[key] = readTable(L, lua.lua_gettop(L));
    else if (type === lua.LUA_TBOOLEAN) found[key] = lua.lua_toboolean(L, -1);
    else if (type === lua.LUA_TNUMBER) found[key] = lua.lua_tonumber(L, -1);
    else found[key] = to_jsstring(lua.lua_tostring(L, -1));
    lua.lua_pop(L, 1);
  }
  return found;
}
