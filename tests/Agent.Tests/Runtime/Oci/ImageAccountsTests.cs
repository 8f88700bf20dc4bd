using Warren.Agent.Runtime.Oci;
using Warren.Validation;

namespace Warren.Agent.Tests.Runtime.Oci;

public sealed class ImageAccountsTests
{
    [Theory]
    [InlineData("", 0u, 0u, "/root", "0 44")]
    [InlineData("root", 0u, 0u, "/root", "0 44")]
    [InlineData("web", 1000u, 1001u, "/home/web", "1001 50 44")]
    [InlineData("1000", 1000u, 1001u, "/home/web", "1001 50 44")]
    [InlineData("web:staff", 1000u, 50u, "/home/web", "50")]
    [InlineData("web:7", 1000u, 7u, "/home/web", "7")]
    [InlineData("nohome", 1002u, 1002u, "/", "1002")]
    [InlineData("4711", 4711u, 0u, "/", "0")]
    [InlineData("4711:4712", 4711u, 4712u, "/", "4712")]
    [InlineData(":staff", 0u, 50u, "/root", "50")]
    public void Find_Account_GivesNumbersHomeAndGroups(string account, uint uid, uint gid, string home, string groups)
    {
        var user = Find(account);

        user.Uid.ShouldBe(uid);
        user.Gid.ShouldBe(gid);
        user.Home.ShouldBe(home);
        string.Join(' ', user.Groups).ShouldBe(groups);
    }

    [Fact]
    public void Find_FurtherGroups_AreAddedOnce()
    {
        var problems = new List<ValidationProblem>();

        var user = new ImageAccounts(OciSamples.Passwd, OciSamples.Group).Find("web", ["staff", "99", "video"], problems);

        user.Groups.ShouldBe([1001u, 50u, 44u, 99u]);
        problems.ShouldBeEmpty();
    }

    [Fact]
    public void Find_UnknownNames_AreRefusedEach()
    {
        var problems = new List<ValidationProblem>();

        new ImageAccounts(OciSamples.Passwd, OciSamples.Group).Find("nobody:nogroup", ["staff", "ghosts"], problems);

        problems.Select(problem => problem.ToString()).ShouldBe(
        [
            "user: 'nobody' is not in the image's /etc/passwd",
            "user: group 'nogroup' is not in the image's /etc/group",
            "groups[1]: group 'ghosts' is not in the image's /etc/group",
        ]);
    }

    [Fact]
    public void Find_NoFiles_TakesNumbersOnly()
    {
        var problems = new List<ValidationProblem>();

        new ImageAccounts(null, null).Find("5:6", [], problems).Gid.ShouldBe(6u);
        new ImageAccounts(null, null).Find("", [], problems).Uid.ShouldBe(0u);

        problems.ShouldBeEmpty();
    }

    [Fact]
    public void Find_NumberTooLarge_IsRefused()
    {
        var problems = new List<ValidationProblem>();

        new ImageAccounts(null, null).Find("2147483648", [], problems);

        problems.Single().ToString().ShouldBe("user: '2147483648' is not in the image's /etc/passwd");
    }

    private static ImageUser Find(string account)
    {
        var problems = new List<ValidationProblem>();
        var user = new ImageAccounts(OciSamples.Passwd, OciSamples.Group).Find(account, [], problems);
        problems.ShouldBeEmpty();
        return user;
    }
}
