using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using Warren.Agent.Managers;
using Warren.Agent.Tests.Assignments;
using Warren.Clusters;
using Warren.Hosting.Identities;
using Warren.Security;
using Warren.TestSupport;
using Warren.TestSupport.Certificates;

namespace Warren.Agent.Tests.Managers;

public sealed class RevocationListTests : IDisposable
{
    private static readonly DateTimeOffset s_end = new(2027, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly TempFolder _folder = TempFolder.Create("revoked");
    private readonly TestAuthority _authority = TestAuthority.Create();
    private readonly GivenCertificate _identity;

    public RevocationListTests() => _identity = new(_authority.Issue("n1", role: "worker"));

    private string FilePath => Path.Combine(_folder.Path, "identity", "revoked-managers");

    [Fact]
    public void Take_Manager_IsRefusedAlsoByTheNextProcess()
    {
        using var second = Manager("manager2");
        using var third = Manager("manager3");
        var list = Open();
        list.Contains(second).ShouldBeFalse();
        list.Take(new(5, [Revoked("manager2")]));
        list.Contains(second).ShouldBeTrue();
        File.ReadAllText(FilePath).ShouldNotContain("manager2");

        var next = Open();
        (next.Contains(second), next.Contains(third), next.Current.Version).ShouldBe((true, false, 5));
        using var worker = _authority.Issue("manager2", role: "worker");
        next.Contains(worker).ShouldBeFalse();
    }

    [Fact]
    public void Take_EarlierVersion_ChangesNothing()
    {
        using var second = Manager("manager2");
        var list = Open();
        list.Take(new(5, [Revoked("manager2")]));
        list.Take(new(4, []));
        list.Take(new(5, []));
        list.Contains(second).ShouldBeTrue();
        list.Take(new(6, []));
        list.Contains(second).ShouldBeFalse();
        Open().Contains(second).ShouldBeFalse();
    }

    [Fact]
    public void Take_SameManagersAtALaterVersion_WritesNothing()
    {
        var list = Open();
        list.Take(new(5, [Revoked("manager2")]));
        File.Delete(FilePath);
        list.Take(new(6, [Revoked("manager2")]));
        list.Retry();
        File.Exists(FilePath).ShouldBeFalse();
        list.Current.Version.ShouldBe(6);
    }

    [Fact]
    public void Take_DiskRefuses_HoldsAndIsWrittenByARetry()
    {
        using var second = Manager("manager2");
        var place = Path.Combine(_folder.Path, "identity");
        File.WriteAllText(place, "in the way");
        var list = Open();
        list.Take(new(5, [Revoked("manager2")]));
        list.Contains(second).ShouldBeTrue();
        list.Retry();
        File.Delete(place);
        Open().Contains(second).ShouldBeFalse();
        list.Retry();
        Open().Contains(second).ShouldBeTrue();
    }

    [Fact]
    public void Open_OtherKeyOrOtherContent_StartsWithNone()
    {
        using var second = Manager("manager2");
        Open().Take(new(5, [Revoked("manager2")]));
        var kept = File.ReadAllText(FilePath);
        File.WriteAllText(FilePath, "nonsense!");
        Open().Contains(second).ShouldBeFalse();
        File.WriteAllText(FilePath, kept);
        Open().Contains(second).ShouldBeTrue();
        _identity.Own = _authority.Issue("n1", role: "worker");
        var other = Open();
        other.Contains(second).ShouldBeFalse();
        other.Take(new(1, [Revoked("manager2")]));
        Open().Contains(second).ShouldBeTrue();
    }

    [Fact]
    public void Retry_AfterTheKeyWasReplaced_SealsWithTheNewOne()
    {
        using var second = Manager("manager2");
        var list = Open();
        list.Take(new(5, [Revoked("manager2")]));
        _identity.Own = _authority.Issue("n1", role: "worker");
        list.Retry();
        Open().Contains(second).ShouldBeTrue();
    }

    [Fact]
    public void Of_ManyRevoked_AreTheManagersThatEndLast()
    {
        var managers = Enumerable.Range(0, RevokedManagers.Most + 5).Select(number => Revoked("m" + number.ToString(CultureInfo.InvariantCulture)) with { EndsAt = s_end.AddDays(number) });
        var told = RevokedManagers.Of(new() { Version = 7, Revoked = [new(CertificateRole.Worker, "w1", null, s_end), .. managers, new(CertificateRole.Client, "alice", "01", s_end)] });
        (told.Version, told.Managers.Length).ShouldBe((7, RevokedManagers.Most));
        told.Managers.Min(manager => manager.EndsAt).ShouldBe(s_end.AddDays(5));
        told.Managers.ShouldAllBe(manager => manager.Role == CertificateRole.Manager);
    }

    public void Dispose()
    {
        _authority.Dispose();
        _folder.Dispose();
    }

    private static RevokedCertificate Revoked(string manager) => new(CertificateRole.Manager, manager, null, s_end);

    private X509Certificate2 Manager(string name) => _authority.Issue(name, role: "manager");

    private RevocationList Open() => new(new IdentityFolder(_folder.Path), new(new("n1"), _identity));
}
