using Warren.Hosting.Identities;
using Warren.TestSupport;
using Warren.TestSupport.Certificates;

namespace Warren.Hosting.Tests.Identities;

public sealed class FileIdentityTests : IDisposable
{
    private readonly TempFolder _folder = TempFolder.Create("identity");
    private readonly TestAuthority _authority = TestAuthority.Create();
    private readonly SteppedTime _time = new();

    public void Dispose()
    {
        _folder.Dispose();
        _authority.Dispose();
    }

    [Fact]
    public void Current_GoodFiles_IsTheCertificateWithItsKey()
    {
        var identity = New(Issue("manager-1"));

        identity.Current.Certificate.Subject.ShouldBe("CN=manager-1");
        identity.Current.Certificate.HasPrivateKey.ShouldBeTrue();
    }

    [Fact]
    public void Trusts_OtherAuthority_IsFalse()
    {
        var identity = New(Issue("manager-1")).Current;
        using var other = TestAuthority.Create("another cluster");
        using var friend = _authority.Issue("worker");
        using var stranger = other.Issue("worker");

        identity.Trusts(friend, _time.GetUtcNow()).ShouldBeTrue();
        identity.Trusts(stranger, _time.GetUtcNow()).ShouldBeFalse();
    }

    /// <summary>For clocks that are ahead.</summary>
    [Theory]
    [InlineData(-1, true)]
    [InlineData(0, true)]
    [InlineData(1, true)]
    [InlineData(300, true)]
    [InlineData(301, false)]
    public void Trusts_CertificateThatEnded_ForFiveMinutesMore(int secondsAfter, bool isTrusted)
    {
        var identity = New(Issue("manager-1")).Current;
        using var friend = _authority.Issue("worker");

        identity.Trusts(friend, friend.NotAfter.ToUniversalTime().AddSeconds(secondsAfter)).ShouldBe(isTrusted);
    }

    [Fact]
    public void Current_FilesReplaced_FollowsWithinASecond()
    {
        var files = Issue("before");
        var identity = New(files);
        var after = Issue("after");
        Replace(files.Certificate, after.Certificate);
        Replace(files.Key, after.Key);

        identity.Current.Certificate.Subject.ShouldBe("CN=before");
        _time.Step(TimeSpan.FromSeconds(1));
        identity.Current.Certificate.Subject.ShouldBe("CN=after");
    }

    [Fact]
    public void Current_HalfWrittenReplacement_KeepsTheOldUntilItIsWhole()
    {
        var files = Issue("before");
        var identity = New(files);
        var after = Issue("after");
        Replace(files.Certificate, after.Certificate);
        _time.Step(TimeSpan.FromSeconds(1));
        identity.Current.Certificate.Subject.ShouldBe("CN=before");

        Replace(files.Key, after.Key);
        _time.Step(TimeSpan.FromSeconds(1));
        identity.Current.Certificate.Subject.ShouldBe("CN=after");
    }

    [Fact]
    public void Load_SeveralProblems_NamesEach()
    {
        var files = Issue("manager-1");
        File.SetUnixFileMode(files.Key, UnixFileMode.UserRead | UnixFileMode.OtherRead);
        var missing = files with { Authority = _folder.File("nowhere.crt") };

        var failure = Should.Throw<IdentityException>(() => New(missing));

        failure.Problems.Count.ShouldBe(2);
        failure.Problems.ShouldContain($"{missing.Authority}: the authority's certificate is not there");
        failure.Problems.ShouldContain($"{files.Key}: the key can be read by other users; run: chmod 600 {files.Key}");
    }

    [Fact]
    public void Load_CertificateThatEnded_IsRefused()
    {
        var files = Issue("manager-1");
        _time.Step(TimeSpan.FromDays(2));

        Should.Throw<IdentityException>(() => New(files)).Problems.ShouldHaveSingleItem().ShouldStartWith($"{files.Certificate}: the certificate ended on ");
    }

    [Fact]
    public void Load_CertificateThatEndedWhereThatMayBe_IsTakenAndSaysSo()
    {
        var files = Issue("manager-1");
        _time.Step(TimeSpan.FromDays(2));
        var identity = new FileIdentity(files, _time, mayHaveEnded: true);

        identity.Own.Subject.ShouldBe("CN=manager-1");
        identity.End.ShouldNotBeNull().ShouldStartWith($"{files.Certificate}: the certificate ended on ");
        _time.Step(TimeSpan.FromDays(-2));
        identity.End.ShouldBeNull();
    }

    private FileIdentity New(IdentityFiles files) => new(files, _time);

    private IdentityFiles Issue(string name)
    {
        var files = _authority.IssueFiles(_folder.Path, name);
        return new(files.Certificate, files.Key, files.Authority);
    }

    // The stamp of a file has a coarse clock; a later one is set, so that the test does not depend on it.
    private static void Replace(string file, string by)
    {
        File.Copy(by, file, overwrite: true);
        File.SetLastWriteTimeUtc(file, File.GetLastWriteTimeUtc(file).AddSeconds(5));
    }

    private sealed class SteppedTime : TimeProvider
    {
        private TimeSpan _step;

        public void Step(TimeSpan by) => _step += by;

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + _step;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _step.Ticks;
    }
}
