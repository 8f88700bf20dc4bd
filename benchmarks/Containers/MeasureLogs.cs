using System.Diagnostics;
using System.Text;
using Warren.Agent.Logs;
using Warren.Benchmarks.Metrics;
using Warren.Harness;
using Warren.TestSupport;
using Warren.TestSupport.Containers;

namespace Warren.Benchmarks.Containers;

/// <summary>How much output a container gets rid of through its logger, with rotation, and for comparison through <c>cat</c> to a file.</summary>
internal static class MeasureLogs
{
    private const int Rounds = 5, Blocks = 4000;
    private const long FileSize = 10 * 1024 * 1024;
    private const int Files = 3;

    // Lines of 100 bytes, in blocks as a program writes that does not flush each line.
    private static readonly byte[] s_block = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(new string('x', 99) + "\n", 640)));

    public static async Task RunAsync(Report report, CancellationToken cancellation)
    {
        List<double> logger = [], cat = [];
        // By turns, so that both see the same machine.
        for (var round = 0; round < Rounds; round++)
        {
            cat.Add(await CatAsync(cancellation));
            logger.Add(await LoggerAsync(cancellation));
        }

        report.Add("containers.log_mb_s", Statistics.Median(logger), "MB/s");
        report.AddContext("containers.cat_mb_s", Statistics.Median(cat), "MB/s");
    }

    private static async Task<double> LoggerAsync(CancellationToken cancellation)
    {
        using var folder = TempFolder.Create("bench-logs");
        await using var logger = await LoggerProcess.StartAsync(FileLogStore.LoggerProgram, folder.Path, FileSize, Files);
        return await RateAsync(logger.Stdout, async () =>
        {
            var code = await logger.EndAsync();
            if (code != 0) throw logger.Process.Failed($"the logger ended with exit code {code}");
        }, cancellation);
    }

    private static async Task<double> CatAsync(CancellationToken cancellation)
    {
        using var folder = TempFolder.Create("bench-logs");
        using var process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "exec cat >\"$1\"", "sh", folder.File("output")]) { RedirectStandardInput = true })!;
        return await RateAsync(process.StandardInput.BaseStream, async () =>
        {
            process.StandardInput.Close();
            await process.WaitForExitAsync(cancellation);
            if (process.ExitCode != 0) throw new InvalidOperationException($"cat ended with exit code {process.ExitCode}");
        }, cancellation);
    }

    // Until the last byte is in a file, not only in the pipe.
    private static async Task<double> RateAsync(Stream output, Func<Task> end, CancellationToken cancellation)
    {
        var begun = Stopwatch.GetTimestamp();
        for (var i = 0; i < Blocks; i++) await output.WriteAsync(s_block, cancellation);
        await end();
        return (double)s_block.Length * Blocks / 1_000_000 / Stopwatch.GetElapsedTime(begun).TotalSeconds;
    }
}
