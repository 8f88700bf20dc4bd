using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Configuration;
using Warren.Grains.Work;
using Warren.Hosting;
using Warren.Hosting.Identities;
using Warren.Hosting.Joining;
using Warren.Nodes;
using Warren.Security;
using Warren.Silo.Clusters;
using Warren.Silo.Secrets;
using Warren.Silo.Stores;

namespace Warren.Silo.Hosting;

/// <summary>How a manager comes by its identity, before it has a silo.</summary>
internal static class ManagerIdentity
{
    private static readonly TimeSpan s_firstPause = TimeSpan.FromMilliseconds(500), s_longestPause = TimeSpan.FromSeconds(5);

    /// <summary>
    /// The settings with the identity that the manager has, or gets: by its token, by making a cluster, or, where the certificate of one of several has ended and no other
    /// manager is there, by itself. Once it has a certificate, how it came by it does not matter any more: the same command line starts it again.
    /// </summary>
    /// <param name="options">The settings.</param>
    /// <param name="keyFile">Where its key file is, or is to be.</param>
    /// <param name="folder">Where its identity is, or is to be.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="IdentityException">Its certificate has ended, and it gets no other one.</exception>
    /// <exception cref="ConflictException">It was revoked, or its cluster's authority has ended.</exception>
    /// <exception cref="IOException">A file, the store or the other manager cannot be used.</exception>
    public static async Task<ManagerOptions> EnsureAsync(ManagerOptions options, KeyFile keyFile, IdentityFolder folder, CancellationToken cancellationToken)
    {
        var time = TimeProvider.System;
        var refusal = options.PostgresFile is { } postgres && folder.HasCertificate && folder.NeedsCertificate(time.GetUtcNow())
            ? await ReturnAsync(options, postgres, keyFile, folder, time, cancellationToken)
            : null;
        if (options.Token is { } token && folder.NeedsCertificate(time.GetUtcNow()))
        {
            await JoinClient.JoinAsync(options.JoinAt!, token, NodeRole.Manager, folder.EnsureNode('m'), folder, keyFile.Keep, time, cancellationToken);
        }
        else if (!folder.HasCertificate)
        {
            // Before the certificate, so that a manager that has one has the key, and one that has lost it makes no other.
            keyFile.Load(mayMake: options.DataKeyFile is null);
            ClusterFounding.Ensure(folder, options.CertificateLifetime, time.GetUtcNow());
        }
        else if (refusal is not null)
        {
            Check(folder, refusal, time.GetUtcNow());
        }

        return options with { Identity = folder.Files };
    }

    // Why it does not give itself another certificate; null: it has.
    private static async Task<string?> ReturnAsync(
        ManagerOptions options, string postgres, KeyFile keyFile, IdentityFolder folder, TimeProvider time, CancellationToken cancellationToken)
    {
        try
        {
            var ended = folder.Life().EndsAt;
            var plan = await AskStoreAsync(options, new StoreOptions().UsePostgres((await File.ReadAllTextAsync(postgres, cancellationToken)).Trim()), keyFile, folder, time, cancellationToken);
            if (plan.IsFinal) throw new ConflictException(plan.Refusal!);
            if (plan.Refusal is not null) return plan.Refusal;
            await SayAsync(options, $"its certificate ended on {ended:u}, and no other manager is there to give it a token: it has given itself another one, good until {folder.Life().EndsAt:u}");
            return null;
        }
        catch (IOException failure)
        {
            // Without the key of the cluster it may still join by a token.
            return failure.Message;
        }
    }

    // After a power cut the database may be up later than its managers.
    private static async Task<ReturnPlan> AskStoreAsync(
        ManagerOptions options, StoreOptions where, KeyFile keyFile, IdentityFolder folder, TimeProvider time, CancellationToken cancellationToken)
    {
        var fileKey = keyFile.Load(mayMake: false);
        var node = folder.EnsureNode('m');
        var (retries, since, limit) = (new Retries(s_firstPause, s_longestPause), time.GetTimestamp(), new ClusterMembershipOptions().MaxJoinAttemptTime);
        await using var store = new WarrenStore(
            StoreEngine.Create(where), where, new(RoleHost.ServiceId, RoleHost.ServiceId, FencedSilo: null), time, NullLogger.Instance);
        using var keys = new ClusterKeys(keyFile, fileKey, ClusterOf(folder), node.Value, options.Name, store.States, time, NullLogger<ClusterKeys>.Instance);
        var endpoint = new IPEndPoint(IPAddress.Parse(options.Address), options.Port);
        var returning = new ManagerReturn(folder, keys, store.Members, store.States, store.ReadClockAsync, endpoint, options.CertificateLifetime, time);
        while (true)
        {
            try
            {
                return await returning.RunAsync(cancellationToken);
            }
            catch (StoreException failure) when (failure.Fault is StoreFault.Unreachable or StoreFault.Locked or StoreFault.Overloaded)
            {
                if (time.GetElapsedTime(since) > limit) throw new IOException(failure.Message, failure);
                if (retries.Failures == 0)
                    await SayAsync(options, $"its certificate has ended, and the store, which says whether it gives itself another one, is not reached; trying again for {limit.TotalMinutes:0} minutes: {failure.Message}");
                await Task.Delay(retries.Failed(), time, cancellationToken);
            }
        }
    }

    // There is no log yet.
    private static Task SayAsync(ManagerOptions options, string text) => Console.Error.WriteLineAsync($"warrend manager {options.Name}: {text}");

    private static void Check(IdentityFolder folder, string refusal, DateTimeOffset now)
    {
        try
        {
            // It may have ended only just, which others tolerate.
            Identity.Load(folder.Files, now);
        }
        catch (IdentityException failure)
        {
            throw new IdentityException([.. failure.Problems, refusal]);
        }
    }

    private static string ClusterOf(IdentityFolder folder)
    {
        using var certificate = X509CertificateLoader.LoadCertificateFromFile(folder.Files.Certificate);
        return CertificateSubject.TryRead(certificate, out var subject) ? subject.Cluster : "";
    }
}
