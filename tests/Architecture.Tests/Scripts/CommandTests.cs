namespace Warren.Architecture.Tests.Scripts;

/// <summary>How the commands in the root answer calls that need no build.</summary>
public sealed class CommandTests
{
    [Fact]
    public async Task Test_UnknownName_ListsTheProjects()
    {
        // Put together here, since the command looks for the name in the test sources.
        var name = "no" + "such" + "thing";
        var result = await Command.RunAsync("./test", name);
        result.ExitCode.ShouldBe(2);
        result.Errors.ShouldStartWith($"test: no test project and no test is called '{name}'. Projects:\n");
        result.Errors.ShouldContain("\n  Architecture.Tests\n");
    }

    [Fact]
    public async Task Test_NameThatIsNoName_IsRefused()
    {
        var result = await Command.RunAsync("./test", "a|b");
        result.ExitCode.ShouldBe(2);
        result.Errors.ShouldBe("test: 'a|b' is not part of a test name: letters, digits, '_', '.', '+' and '-' only\n");
    }

    [Fact]
    public async Task Test_TwoNames_AreRefusedWithUsage()
    {
        var result = await Command.RunAsync("./test", "one", "two");
        result.ExitCode.ShouldBe(2);
        result.Errors.ShouldStartWith("Usage: ./test");
    }

    [Fact]
    public async Task Test_Help_ShowsUsage()
    {
        var result = await Command.RunAsync("./test", "-h");
        result.ExitCode.ShouldBe(0);
        result.Output.ShouldStartWith("Usage: ./test");
    }

    [Fact]
    public async Task Warren_UnknownCommand_IsRefusedWithUsage()
    {
        var result = await Command.RunAsync("./warren", "fly");
        result.ExitCode.ShouldBe(2);
        result.Errors.ShouldStartWith("Usage: ./warren demo");
        result.Errors.ShouldEndWith("warren: there is no command 'fly'\n");
    }

    [Theory]
    [InlineData("total=\"9\" executed=\"9\" passed=\"9\" failed=\"0\"", "9 0 0")]
    [InlineData("total=\"9\" executed=\"8\" passed=\"5\" failed=\"3\"", "5 3 1")]
    [InlineData("total=\"9\" executed=\"8\" passed=\"5\" failed=\"0\" error=\"1\" timeout=\"2\"", "5 3 1")]
    public async Task TrxCounts_Counters_ArePassedFailedSkipped(string counters, string counts)
    {
        var result = await CountAsync($"<TestRun><ResultSummary outcome=\"x\"><Counters {counters} /></ResultSummary></TestRun>");
        result.ExitCode.ShouldBe(0);
        result.Output.ShouldBe(counts + "\n");
    }

    [Theory]
    [InlineData("<TestRun></TestRun>")]
    [InlineData("<Counters total=\"9\" />")]
    [InlineData("")]
    public async Task TrxCounts_NoCounters_IsAnError(string trx)
    {
        var result = await CountAsync(trx);
        result.ExitCode.ShouldNotBe(0);
        result.Output.ShouldBe("");
    }

    private static async Task<CommandResult> CountAsync(string trx)
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, trx);
            return await Command.RunAsync("scripts/trx-counts", file);
        }
        finally
        {
            File.Delete(file);
        }
    }
}
