using System.Globalization;
using Warren.Agent.Hosting;

namespace Warren.Agent.Tests.Hosting;

public sealed class WorkerLockTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("warren-lock-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Take_FolderOfAnother_IsRefusedAndNamesTheProcessUntilItLetsGo()
    {
        var folder = Path.Combine(_folder, "new", "data");
        var (first, noProblem) = WorkerLock.Take("--data-dir", folder);
        using (first.ShouldNotBeNull())
        {
            var (second, problem) = WorkerLock.Take("--data-dir", folder);
            second.ShouldBeNull();
            problem.ShouldBe(string.Create(
                CultureInfo.InvariantCulture,
                $"--data-dir: the worker of process {Environment.ProcessId} uses {folder}; stop that one, or give this one another folder"));
        }
        noProblem.ShouldBeNull();
        var (third, nothing) = WorkerLock.Take("--data-dir", folder);
        using (third.ShouldNotBeNull()) nothing.ShouldBeNull();
    }

    [Fact]
    public void Take_FolderThatIsAFile_IsRefusedAndNamesIt()
    {
        var file = Path.Combine(_folder, "file");
        File.WriteAllText(file, "");
        var (taken, problem) = WorkerLock.Take("--run-dir", file);
        taken.ShouldBeNull();
        problem.ShouldNotBeNull().ShouldStartWith($"--run-dir: {file} cannot be used: ");
    }
}
