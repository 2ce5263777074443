// The shapes of the portal's API by hand, in the form openapi-typescript writes them.
type Json<T> = { content: { "application/json": T } };
type Call<P, B, R> = {
  parameters: P;
  requestBody: B extends undefined ? undefined : Json<B>;
  responses: R;
};
type Query<Q> = { query?: Q };
type Path<K extends string> = { path: Record<K, string> };
type None = { query?: never; path?: never };
export type Read<P, T> = { get: { parameters: P; responses: { 200: Json<T> } } };
export type Write<P, B, S extends number, T> = {
  post: Call<P, B, Record<S, T extends undefined ? { content?: never } : Json<T>>>;
};
export type Remove<P> = { delete: { parameters: P; responses: { 204: { content?: never } } } };
export type { Json, Query, Path, None };
