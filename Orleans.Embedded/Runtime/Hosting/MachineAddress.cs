using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Orleans.Runtime;

/// <summary>The address of this machine when none is configured.</summary>
internal static class MachineAddress
{
    public static IPAddress Find() =>
        NetworkInterface.GetAllNetworkInterfaces()
            .Where(static network => network.OperationalStatus == OperationalStatus.Up && network.NetworkInterfaceType != NetworkInterfaceType.Loopback)
            .SelectMany(static network => network.GetIPProperties().UnicastAddresses)
            .Select(static unicast => unicast.Address)
            .Where(static address => address.AddressFamily is AddressFamily.InterNetwork or AddressFamily.InterNetworkV6 && !address.IsIPv6LinkLocal)
            .OrderBy(static address => address.AddressFamily)
            .FirstOrDefault(IPAddress.Loopback);
}
