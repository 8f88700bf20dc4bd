using System.Diagnostics;
using System.Text;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Warren.Silo.Api.Access;
using Warren.Silo.Api.Rest;

namespace Warren.Silo.Api.Observing;

/// <summary>
/// <c>/metrics</c> in Prometheus' text format, for whoever may look at the cluster: the cluster, what the manager measures of itself, and its process. What is counted is counted
/// from the first call of the API on.
/// </summary>
internal sealed class MetricsPage : IDisposable
{
    private static readonly string s_version = typeof(MetricsPage).Assembly.GetName().Version!.ToString(3);

    private readonly Callers _callers;
    private readonly ClusterGauges _gauges;
    private readonly MeterBridge _bridge = new();
    private readonly MetricFamily
        _build = new("warren_build_info", "Always 1; the version of the manager is a label.", "gauge", ["version"]),
        _cpu = new("process_cpu_seconds_total", "Processor time of the process.", "counter", []),
        _resident = new("process_resident_memory_bytes", "Memory of the process.", "gauge", []),
        _handles = new("process_open_fds", "Open file descriptors.", "gauge", []),
        _started = new("process_start_time_seconds", "When the process started, in seconds since 1970.", "gauge", []);

    public MetricsPage(Callers callers, ClusterGauges gauges)
    {
        (_callers, _gauges) = (callers, gauges);
        _build.Set(1, s_version);
        using var self = Process.GetCurrentProcess();
        _started.Set(new DateTimeOffset(self.StartTime.ToUniversalTime()).ToUnixTimeMilliseconds() / 1000d);
    }

    /// <summary>Adds the route.</summary>
    public void Map(IEndpointRouteBuilder routes) => routes.MapGet("/metrics", (RequestDelegate)WriteAsync);

    /// <inheritdoc/>
    public void Dispose() => _bridge.Dispose();

    private async Task WriteAsync(HttpContext http)
    {
        try
        {
            // Every role may look; whoever has none is refused here.
            await _callers.IdentifyAsync(http);
            await _gauges.LookAsync(http.RequestAborted);
            _bridge.Observe();
            LookAtProcess();
            var text = new StringBuilder();
            foreach (var family in _gauges.Families.Concat(_bridge.Families).Concat([_build, _cpu, _resident, _handles, _started])) family.WriteTo(text);
            http.Response.ContentType = "text/plain; version=0.0.4; charset=utf-8";
            await http.Response.WriteAsync(text.ToString(), http.RequestAborted);
        }
        catch (RpcException refused)
        {
            await Problem.WriteAsync(http, Problem.Of(refused));
        }
    }

    private void LookAtProcess()
    {
        using var self = Process.GetCurrentProcess();
        _cpu.Set(self.TotalProcessorTime.TotalSeconds);
        _resident.Set(self.WorkingSet64);
        _handles.Set(Directory.EnumerateFileSystemEntries("/proc/self/fd").Count());
    }
}
