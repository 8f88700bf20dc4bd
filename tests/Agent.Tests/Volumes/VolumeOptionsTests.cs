using System.Collections.Immutable;
using Warren.Agent.Volumes;
using Warren.Volumes;

namespace Warren.Agent.Tests.Volumes;

public sealed class VolumeOptionsTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("mode=0750 uid=0 gid=4294967294", "")]
    [InlineData("type=tmpfs size=1048576 mode=1777", "")]
    [InlineData("size=5", "options.size: only with type=tmpfs; a folder of the node has no limit")]
    [InlineData("type=tmpfs size=1m", "options.size: must be a positive number of bytes, was '1m'")]
    [InlineData("type=disk mode=9 uid=-1 colour=red", "options.colour: the driver 'local' has no such option; it has type, size, mode, uid and gid"
        + "|options.mode: must be an octal number from 0 to 7777, was '9'|options.type: must be 'tmpfs', or left out for a folder of the node, was 'disk'"
        + "|options.uid: must be a number from 0 to 4294967294, was '-1'")]
    [InlineData("mode=77777", "options.mode: must be an octal number from 0 to 7777, was '77777'")]
    [InlineData("gid=4294967295", "options.gid: must be a number from 0 to 4294967294, was '4294967295'")]
    public void Local_Options_AllProblemsAreTold(string options, string problems) =>
        string.Join('|', LocalOptions.Read(Spec("local", options)).Problems.Order(StringComparer.Ordinal)).ShouldBe(problems);

    [Theory]
    [InlineData("server=nas path=/a", "nas:/a", "soft,timeo=100,retrans=2,retry=0,nosuid,nodev")]
    [InlineData("server=[fd00::1] path=/a/b options=vers=4.2,ro,hard", "[fd00::1]:/a/b", "vers=4.2,ro,hard,retry=0,nosuid,nodev")]
    [InlineData("server=10.0.0.1 path=/ options=softerr,timeo=50,nosuid", "10.0.0.1:/", "softerr,timeo=50,nosuid,retrans=2,retry=0,nodev")]
    public void Nfs_Valid_GivesWhatIsMounted(string options, string source, string mountOptions)
    {
        var (read, problems) = NfsMountOptions.Read(Spec("nfs", options));
        problems.ShouldBeEmpty();
        (read.Source, read.MountOptions).ShouldBe((source, mountOptions));
    }

    [Theory]
    [InlineData("", "options.path: must be an absolute path on the server, was ''|options.server: must be a host name or an address (IPv6 in brackets), was ''")]
    [InlineData("server=-x path=/a", "options.server: must be a host name or an address (IPv6 in brackets), was '-x'")]
    [InlineData("server=a,b path=/a", "options.server: must be a host name or an address (IPv6 in brackets), was 'a,b'")]
    [InlineData("server=a path=/a options=bg", "options.options: 'bg' is not an option that may be given; see nfs(5)")]
    [InlineData("server=a path=/a options=suid,dev", "options.options: 'dev' is not an option that may be given; see nfs(5)|options.options: 'suid' is not an option that may be given; see nfs(5)")]
    [InlineData("server=a path=/a options=ro;rw", "options.options: 'ro;rw' is not of the form name or name=value")]
    [InlineData("server=a path=/a size=1", "options.size: the driver 'nfs' has no such option; it has server, path and options")]
    public void Nfs_Wrong_AllProblemsAreTold(string options, string problems) =>
        string.Join('|', NfsMountOptions.Read(Spec("nfs", options)).Problems.Order(StringComparer.Ordinal)).ShouldBe(problems);

    [Theory]
    [InlineData("data", true)]
    [InlineData("0.a_b-c", true)]
    [InlineData("", false)]
    [InlineData(".", false)]
    [InlineData("..", false)]
    [InlineData("a/b", false)]
    [InlineData("Data", false)]
    [InlineData("-a", false)]
    public void Name_Rule_IsHeld(string name, bool valid) => VolumeLayout.IsName(name).ShouldBe(valid);

    [Fact]
    public void Name_OfSixtyFour_IsTooLong()
    {
        VolumeLayout.IsName(new string('a', 63)).ShouldBeTrue();
        VolumeLayout.IsName(new string('a', 64)).ShouldBeFalse();
    }

    [Theory]
    [InlineData("36 35 98:0 / /mnt/data rw,noatime master:1 - ext3 /dev/root rw", "/mnt/data")]
    [InlineData("36 35 98:0 / /mnt/a\\040b\\134c rw - ext3 /dev/root rw", "/mnt/a b\\c")]
    [InlineData("36 35 98:0 / /mnt/\u00fc\\040 rw - ext3 /dev/root rw", "/mnt/\u00fc ")]
    public void Mounts_Line_GivesTheTarget(string line, string target) => Mounts.TargetOf(line).ShouldBe(target);

    private static VolumeSpec Spec(string driver, string options) => new()
    {
        Name = "v",
        Driver = driver,
        Options = options.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(option => option.Split('=', 2))
            .ToImmutableSortedDictionary(parts => parts[0], parts => parts[1]),
    };
}
