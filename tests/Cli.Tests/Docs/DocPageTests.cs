using Warren.Cli.Compose;

namespace Warren.Cli.Tests.Docs;

public sealed class DocPageTests
{
    [Fact]
    public void CommandPage_EndsWithTheTreeOfCommands() => DocPage.ShouldEndWith("cli.md", CommandReference.Text());

    [Fact]
    public void ComposePage_EndsWithTheTableOfKeys() => DocPage.ShouldEndWith("compose.md", ComposeKeys.Matrix());
}
