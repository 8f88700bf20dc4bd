using Warren.Access;

namespace Warren.Silo.Api.Access;

/// <summary>Who calls the API.</summary>
/// <param name="Who">For the audit log: <c>root</c>, <c>client alice</c>, <c>token ci (k3m9x2pq)</c>.</param>
/// <param name="Role">What it may do.</param>
/// <param name="From">From where: an address, or <c>socket</c>.</param>
/// <param name="Check">Asks anew whether its token is good; null: it came without one.</param>
internal sealed record Caller(string Who, ApiRole Role, string From, Func<Task<ApiTokenAnswer>>? Check = null);
