using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Warren.Silo.Stores;

/// <summary>Registers this process as a writer.</summary>
/// <param name="clusterId">The cluster.</param>
/// <param name="silo">This silo's address, where only living members of the cluster may write; else null.</param>
internal sealed class WriterRegistration(string clusterId, Func<string>? silo)
{
    private const string NextEpoch = "UPDATE warren_counter SET value = value + 1 WHERE name = 'epoch'";

    private const string Register =
        """
        INSERT INTO warren_writer (epoch, token, cluster_id, silo, batch, fenced)
        SELECT value, $1, $2, $3, 0, 0 FROM warren_counter WHERE name = 'epoch'
        """;

    private const string RegisterMember =
        Register
        + """
         AND EXISTS (SELECT 1 FROM warren_member WHERE cluster_id = $2 AND silo = $3 AND status <> $4)
        """;

    /// <summary>The registration; null, with the reason, if this silo may not write.</summary>
    public async Task<(WriterMark? Mark, StoreFailure? Refusal)> RegisterAsync(StoreConnection connection)
    {
        var token = BinaryPrimitives.ReadInt64LittleEndian(RandomNumberGenerator.GetBytes(sizeof(long)));
        var address = silo?.Invoke() ?? "";
        int registered;
        if (silo is null)
        {
            registered = (await connection.ExecuteAsync([new(NextEpoch), new(Register, token, clusterId, address)]))[1];
        }
        else
        {
            // Locking the cluster's row first orders this with a vote: either it sees the vote, or the vote fences it.
            registered = (await connection.ExecuteAsync(
            [
                new(MembershipStatements.Lock, clusterId),
                new(NextEpoch),
                new(RegisterMember, token, clusterId, address, (int)SiloStatus.Dead),
            ]))[2];
        }

        if (registered == 0)
        {
            var why = $"the silo {address} is not a living member of cluster '{clusterId}': it was declared dead, or never joined";
            return (null, new StoreFailure(StoreFault.Fenced, why));
        }

        var epoch = 0L;
        await connection.QueryAsync([new("SELECT epoch FROM warren_writer WHERE token = $1", token)], (_, row) => epoch = row.GetInt64(0));
        return (new WriterMark(epoch), null);
    }
}
