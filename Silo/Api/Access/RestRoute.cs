namespace Warren.Silo.Api.Access;

/// <summary>A way to make a call over REST.</summary>
/// <param name="Verb">The method of HTTP.</param>
/// <param name="Template">The path, with fields of the request in braces, which may be of messages inside it: <c>/v1/services/{spec.name}</c>.</param>
/// <param name="Body">The field that the body is; <c>*</c>: the request itself; null: there is no body. Fields in neither path nor body are query parameters.</param>
internal sealed record RestRoute(string Verb, string Template, string? Body = null);
