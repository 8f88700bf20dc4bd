using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;
using Warren.Harness.History;
using Warren.TestSupport;
using Warren.TestSupport.Certificates;

namespace Warren.Harness.Silos;

/// <summary>
/// Silo processes on a PostgreSQL server of their own, with mutual TLS under an authority of their own, and a client in this process.
/// Disposing ends every process and removes every file.
/// </summary>
public sealed class TrialCluster : IAsyncDisposable
{
    private readonly TempFolder _folder = TempFolder.Create("trial");
    private readonly TestAuthority _authority = TestAuthority.Create();
    private readonly List<TrialSilo> _silos = [];
    private PrivatePostgres? _postgres;
    private NpgsqlDataSource? _database;
    private IHost? _client;

    private TrialCluster()
    {
    }

    /// <summary>The silos, in the order of their names.</summary>
    public IReadOnlyList<TrialSilo> Silos => _silos;

    /// <summary>Connected to all silos.</summary>
    public IClusterClient Client => _client!.Services.GetRequiredService<IClusterClient>();

    /// <summary>What the database sees.</summary>
    public WriteHistory History => new(_database!);

    /// <param name="silos">How many.</param>
    /// <param name="program">The executable that runs <see cref="SiloChild"/> when called with "child silo NAME".</param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task<TrialCluster> StartAsync(int silos, string program, CancellationToken cancellation)
    {
        var cluster = new TrialCluster();
        try
        {
            await cluster.StartAllAsync(silos, program, cancellation);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>What the silos logged last, for a report of a failure.</summary>
    public IEnumerable<string> LogTails(int lines) =>
        _silos.SelectMany(silo => File.ReadLines(silo.LogFile).TakeLast(lines).Select(line => $"{silo.Name}: {line}"));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_client is not null)
        {
            await _client.StopAsync();
            _client.Dispose();
        }

        foreach (var silo in _silos) await silo.DisposeAsync();
        if (_database is not null) await _database.DisposeAsync();
        if (_postgres is not null) await _postgres.DisposeAsync();
        _authority.Dispose();
        _folder.Dispose();
    }

    private async Task StartAllAsync(int silos, string program, CancellationToken cancellation)
    {
        _postgres = await PrivatePostgres.StartNewAsync();
        await _postgres.ExecuteAsync($"ALTER SYSTEM SET {WriteHistory.NeededSetting} = on");
        await _postgres.StopAsync();
        await _postgres.StartAsync();
        var store = await _postgres.NewDatabaseAsync();
        _database = NpgsqlDataSource.Create(store);
        for (var number = 1; number <= silos; number++)
        {
            var name = $"manager-{number}";
            var settings = new SiloSettings(name, LocalPorts.Next(), _authority.IssueFiles(_folder.Path, name), Postgres: store);
            _silos.Add(new TrialSilo(program, settings, _folder.File($"{name}.log")));
        }

        // The first makes the tables, and nobody writes counters yet.
        await _silos[0].StartAsync(cancellation);
        await History.InstallAsync();
        await Task.WhenAll(_silos.Skip(1).Select(silo => silo.StartAsync(cancellation)));
        _client = TrialHosts.Client(_authority.IssueFiles(_folder.Path, "client"), _silos.Select(silo => silo.Port)).Build();
        await _client.StartAsync(cancellation);
    }
}
