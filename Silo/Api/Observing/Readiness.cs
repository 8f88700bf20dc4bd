using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Warren.Services;
using Warren.Silo.Api.Hosting;
using Warren.Silo.Api.Rest;
using Warren.Silo.Stores;

namespace Warren.Silo.Api.Observing;

/// <summary>
/// Whether the manager can do what it is there for, for load balancers and monitors: <c>/healthz</c> says that the process answers, <c>/readyz</c> that it takes calls: its
/// store answers, and so does the control plane. Neither needs a token, and neither says more than that.
/// </summary>
internal sealed class Readiness(IGrainFactory grains, WarrenStore store, ApiLifetime lifetime, TimeProvider time)
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(2), s_fresh = TimeSpan.FromMilliseconds(500);

    private readonly Lock _gate = new();
    private Task<IReadOnlyDictionary<string, string>>? _last;
    private long _lastAt;

    /// <summary>Adds the routes.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/healthz", (RequestDelegate)(static http => WriteAsync(http, new Dictionary<string, string>())));
        routes.MapGet("/readyz", (RequestDelegate)(async http => await WriteAsync(http, await CheckAsync())));
    }

    /// <summary>What is checked, and what is wrong with it: empty, it is well. However often it is asked, it is looked at twice a second at most.</summary>
    public Task<IReadOnlyDictionary<string, string>> CheckAsync()
    {
        lock (_gate)
        {
            if (_last is { } last && time.GetElapsedTime(_lastAt) < s_fresh) return last;
            _lastAt = time.GetTimestamp();
            return _last = LookAsync();
        }
    }

    /// <summary>Whether all of it is well.</summary>
    public async Task<bool> IsReadyAsync() => (await CheckAsync()).Values.All(problem => problem.Length == 0);

    private static Task WriteAsync(HttpContext http, IReadOnlyDictionary<string, string> checks)
    {
        var isWell = checks.Values.All(problem => problem.Length == 0);
        http.Response.StatusCode = isWell ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        http.Response.ContentType = "application/json";
        http.Response.Headers.CacheControl = "no-store";
        var document = new JsonObject { ["status"] = isWell ? "ok" : "failing" };
        if (checks.Count > 0) document["checks"] = new JsonObject(checks.Select(check => KeyValuePair.Create(check.Key, (JsonNode?)(check.Value.Length == 0 ? "ok" : check.Value))));
        return http.Response.WriteAsync(document.ToJsonString(RestJson.Options) + "\n", http.RequestAborted);
    }

    private async Task<IReadOnlyDictionary<string, string>> LookAsync()
    {
        var (stored, called) = (TryAsync(ReadAsync), TryAsync(async () => await grains.GetGrain<IServiceCatalogGrain>(IServiceCatalogGrain.Key).ListAsync()));
        return new Dictionary<string, string>
        {
            ["manager"] = lifetime.Stopping.IsCancellationRequested ? "it is stopping" : "",
            ["store"] = await stored,
            ["control-plane"] = await called,
        };
    }

    // A row that is never written: the store has to look for it.
    private Task ReadAsync() => store.States.ReadStateAsync("readyz", GrainId.Create("readiness", "readyz"), new GrainState<AnyState>(new()));

    private async Task<string> TryAsync(Func<Task> check)
    {
        try
        {
            await check().WaitAsync(s_limit, time);
            return "";
        }
        catch (TimeoutException)
        {
            return $"it did not answer within {s_limit.TotalSeconds} s";
        }
        catch (Exception failure)
        {
            return failure.Message;
        }
    }

    private sealed record AnyState;
}
