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
    public async Task Warren_NoCommand_IsRefusedWithUsage()
    {
        var result = await Command.RunAsync("./warren");
        result.ExitCode.ShouldBe(2);
        result.Errors.ShouldStartWith("Usage: ./warren demo");
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

    [Fact]
    public async Task TrxFailures_Results_AreTheNamesOfThoseThatFailed()
    {
        var result = await ReadAsync("scripts/trx-failures", """
            <TestRun><Results>
            <UnitTestResult executionId="1" testName="A.B.Passes" outcome="Passed" testListId="8" />
            <UnitTestResult executionId="2" testName="A.B.Fails" outcome="Failed" testListId="8" ><Output /></UnitTestResult>
            <UnitTestResult executionId="3" testName="A.B+C.Rows(text: &quot;a &gt; b (c)&quot;)" outcome="Failed" />
            <UnitTestResult executionId="4" testName="A.B+C.Rows(text: &quot;d&quot;)" outcome="Failed" />
            </Results></TestRun>
            """);
        (result.ExitCode, result.Output).ShouldBe((0, "A.B+C.Rows\nA.B.Fails\n"));
    }

    [Fact]
    public async Task TrxFailures_NoneFailed_PrintsNothing()
    {
        var result = await ReadAsync("scripts/trx-failures", "<UnitTestResult testName=\"A.B.Passes\" outcome=\"Passed\" />");
        (result.ExitCode, result.Output).ShouldBe((0, ""));
    }

    private static Task<CommandResult> CountAsync(string trx) => ReadAsync("scripts/trx-counts", trx);

    private static async Task<CommandResult> ReadAsync(string script, string trx)
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, trx);
            return await Command.RunAsync(script, file);
        }
        finally
        {
            File.Delete(file);
        }
    }
}
