/** The part of fengari (a Lua interpreter in JavaScript, no types of its own) the tests use. */
declare module 'fengari' {
  type LuaText = Uint8Array;
  export function to_luastring(text: string): LuaText;
  export function to_jsstring(text: LuaText): string;
  export const lauxlib: {
    luaL_newstate(): unknown;
    luaL_dostring(L: unknown, text: LuaText): number;
  };
  export const lualib: { luaL_openlibs(L: unknown): void };
  export const lua: {
    readonly LUA_OK: number;
    readonly LUA_TNUMBER: number;
    lua_settop(L: unknown, index: number): void;
    lua_gettop(L: unknown): number;
    lua_getglobal(L: unknown, name: LuaText): number;
    lua_newtable(L: unknown): void;
    lua_pushnil(L: unknown): void;
    lua_pushboolean(L: unknown, value: boolean): void;
    lua_pushcfunction(L: unknown, work: (L: unknown) => number): void;
    lua_setglobal(L: unknown, name: LuaText): void;
    lua_pushstring(L: unknown, text: LuaText): void;
    lua_pushinteger(L: unknown, value: number): void;
    lua_setfield(L: unknown, index: number, name: LuaText): void;
    lua_pcall(L: unknown, args: number, results: number, handler: number): number;
    lua_next(L: unknown, index: number): number;
    lua_pop(L: unknown, count: number): void;
    lua_type(L: unknown, index: number): number;
    lua_istable(L: unknown, index: number): boolean;
    lua_isboolean(L: unknown, index: number): boolean;
    lua_toboolean(L: unknown, index: number): boolean;
    lua_tointeger(L: unknown, index: number): number;
    lua_tonumber(L: unknown, index: number): number;
    lua_tostring(L: unknown, index: number): LuaText;
  };
}
