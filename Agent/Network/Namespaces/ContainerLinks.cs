using Warren.Agent.Network.Addresses;
using Warren.Agent.Network.Netlink;
using Warren.Agent.Network.Records;
using Warren.Agent.Runtime;

namespace Warren.Agent.Network.Namespaces;

/// <summary>Makes and removes what a container has in the kernel but for its ports: namespace, interfaces, addresses, routes.</summary>
internal sealed class ContainerLinks(NamespaceFolder namespaces, IpSubnet ipv4, IpSubnet? ipv6)
{
    // An event that does not come means that the kernel refused, or that somebody else was faster.
    private static readonly TimeSpan s_eventLimit = TimeSpan.FromMilliseconds(100);

    /// <summary>Makes what is missing of it. The calling thread must be a <see cref="DedicatedThread"/>.</summary>
    /// <param name="record">The container.</param>
    /// <param name="bridge">The bridge's number.</param>
    /// <param name="mtu">The largest packet, in bytes.</param>
    public void Ensure(AttachmentRecord record, int bridge, int mtu)
    {
        using var node = NetlinkSocket.Open(NetlinkSocket.Route);
        var outside = LinkNames.OutsideOf(record.Id);
        // Asked here, since the thread cannot ask about the node once it is in the namespace.
        var hasOutside = Libc.IndexOf(outside) != 0;
        using var file = namespaces.EnterOrCreate(record.Id);
        using var container = NetlinkSocket.Open(NetlinkSocket.Route);
        if (record.Ipv4 is null)
        {
            container.Execute(new NetlinkBatch().SetUp("lo"));
            return;
        }

        if (hasOutside && Libc.IndexOf(LinkNames.Inside) == 0)
        {
            // Its other end is in a namespace that is gone or going.
            node.Execute(new NetlinkBatch().DeleteLink(outside));
            hasOutside = false;
        }

        var batch = new NetlinkBatch();
        if (!hasOutside)
        {
            var inside = new VethEnd(LinkNames.Inside, LinkNames.HardwareAddressOf(record.Ipv4));
            batch.AddPair(new VethEnd(outside, Address: null), inside, mtu, bridge, (int)file.DangerousGetHandle());
        }

        node.Execute(batch.SetMaster(outside, bridge).SetHairpin(outside).SetAlias(outside, LinkNames.AliasOf(record.Id)));
        ConfigureInside(container, record);
    }

    /// <summary>
    /// Removes the node's end of the cable, and the container's with it. Returns once nobody sees it any more; the kernel then takes some
    /// tens of milliseconds to free its memory, in which it makes the caller of the removal wait.
    /// </summary>
    /// <returns>Whether there was one.</returns>
    public static bool RemoveLink(ContainerId id) => RemoveLink(LinkNames.OutsideOf(id));

    /// <inheritdoc cref="RemoveLink(ContainerId)"/>
    public static bool RemoveLink(string name)
    {
        var index = (int)Libc.IndexOf(name);
        if (index == 0) return false;
        using var events = NetlinkSocket.Open(NetlinkSocket.Route, LinkMessages.Events, s_eventLimit);
        var removal = DedicatedThread.RunAsync($"remove {name}", () =>
        {
            using var node = NetlinkSocket.Open(NetlinkSocket.Route);
            node.Execute(new NetlinkBatch().DeleteLink(name));
        });
        while (!removal.IsCompleted && Libc.IndexOf(name) != 0)
        {
            if (events.ReceiveEvents() is { } messages && messages.Any(message => IsRemoval(message, index))) break;
        }

        // A refusal comes before the interface goes.
        if (removal.IsFaulted) throw removal.Exception.InnerException!;
        return true;
    }

    private static bool IsRemoval(NetlinkMessage message, int index) =>
        message.Type == LinkMessages.Delete && LinkEntry.Parse(message) is { } link && link.Index == index;

    private void ConfigureInside(NetlinkSocket container, AttachmentRecord record)
    {
        // Neighbours are not to be believed about routes; addresses are given here and nobody else has them.
        WriteSetting("ipv6/conf/" + LinkNames.Inside, "disable_ipv6", record.Ipv6 is null ? "1" : "0");
        WriteSetting("ipv6/conf/" + LinkNames.Inside, "accept_ra", "0");
        WriteSetting("ipv6/conf/" + LinkNames.Inside, "dad_transmits", "0");
        var index = (int)Libc.IndexOf(LinkNames.Inside);
        var batch = new NetlinkBatch()
            .SetUp("lo")
            .AddAddress(index, record.Ipv4!, ipv4.PrefixLength);
        if (record.Ipv6 is not null) batch.AddAddress(index, record.Ipv6, ipv6!.PrefixLength);
        batch.SetUp(LinkNames.Inside).AddDefaultRoute(index, ipv4.Gateway);
        if (record.Ipv6 is not null) batch.AddDefaultRoute(index, ipv6!.Gateway);
        container.Execute(batch);
    }

    /// <summary>A setting of the namespace that the calling thread is in; one that the kernel does not have needs no change.</summary>
    private static void WriteSetting(string folder, string name, string value)
    {
        var path = $"/proc/sys/net/{folder}/{name}";
        if (File.Exists(path)) File.WriteAllText(path, value);
    }
}
