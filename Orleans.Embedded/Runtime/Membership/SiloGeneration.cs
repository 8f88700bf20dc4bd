using System.Net;

namespace Orleans.Runtime.Membership;

/// <summary>Chooses the generation of a silo that starts.</summary>
internal static class SiloGeneration
{
    /// <summary>
    /// The generation by the clock, or the one after the last that the table knows at the endpoint: a silo that starts twice within
    /// a second, or after a power cut on a machine without a battery for its clock, would otherwise come before its predecessor.
    /// </summary>
    public static int Choose(MembershipTableData table, IPEndPoint endpoint, int byClock)
    {
        var last = table.Members.Select(row => row.Item1.SiloAddress)
            .Where(silo => silo.Endpoint.Equals(endpoint))
            .Select(silo => silo.Generation)
            .DefaultIfEmpty(byClock - 1)
            .Max();
        return Math.Max(byClock, last + 1);
    }
}
