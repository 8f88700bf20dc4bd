using System.Net;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Runtime.Membership;

namespace Orleans.Runtime;

/// <summary>Who this silo is. Its address is fixed when it is first asked for.</summary>
internal sealed class LocalSiloDetails(
    IOptions<EndpointOptions> endpoint, IOptions<ClusterOptions> cluster, IOptions<SiloOptions> silo, TimeProvider time) : ILocalSiloDetails
{
    private readonly Lock _gate = new();
    private readonly IPAddress _ip = endpoint.Value.AdvertisedIPAddress ?? MachineAddress.Find();
    private int? _generation;
    private SiloAddress? _address;

    public string Name => silo.Value.SiloName;

    public string ClusterId => cluster.Value.ClusterId;

    public string DnsHostName => Environment.MachineName;

    public SiloAddress SiloAddress
    {
        get
        {
            lock (_gate) return _address ??= SiloAddress.New(_ip, endpoint.Value.SiloPort, _generation ?? SiloAddress.AllocateNewGeneration(time));
        }
    }

    public SiloAddress GatewayAddress => SiloAddress.New(
        _ip, endpoint.Value.GatewayPort == 0 ? endpoint.Value.SiloPort : endpoint.Value.GatewayPort, SiloAddress.Generation);

    /// <summary>Takes a generation that is later than all that the table knows at this endpoint. Without effect once the address is fixed.</summary>
    public void ChooseGeneration(MembershipTableData table)
    {
        lock (_gate)
            _generation = SiloGeneration.Choose(table, new IPEndPoint(_ip, endpoint.Value.SiloPort), SiloAddress.AllocateNewGeneration(time));
    }
}
