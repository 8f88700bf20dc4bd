using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Warren.Architecture.Tests.Sources;

/// <summary>Finds banned code by its syntax, and asks for types only where a name alone says too little.</summary>
internal sealed class BanFinder : CSharpSyntaxWalker
{
    private static readonly HashSet<string> s_staticallyImported = ["DateTime", "DateTimeOffset", "Guid", "Random", "Thread", "Task"];

    private readonly SourceSet _sources;
    private readonly List<Finding> _findings = [];

    private BanFinder(SourceSet sources) => _sources = sources;

    public static IReadOnlyList<Finding> Find(SourceSet sources)
    {
        var finder = new BanFinder(sources);
        foreach (var tree in sources.Trees) finder.Visit(tree.GetRoot());
        return [.. finder._findings.Distinct()];
    }

    /// <summary>A static import would hide the type's name from the rules below.</summary>
    public override void VisitUsingDirective(UsingDirectiveSyntax node)
    {
        var hides = node.StaticKeyword.IsKind(SyntaxKind.StaticKeyword) || node.Alias is not null;
        if (hides && node.NamespaceOrType is NameSyntax name && s_staticallyImported.Contains(LastWord(name)))
        {
            Add(node, LastWord(name) switch
            {
                "Guid" => Ban.NewGuid,
                "Random" => Ban.Chance,
                "Thread" => Ban.Sleep,
                "Task" => Ban.Blocking,
                _ => Ban.Clock,
            });
        }

        base.VisitUsingDirective(node);
    }

    public override void VisitMemberAccessExpression(MemberAccessExpressionSyntax node)
    {
        if (!InNameOf(node) && BanOf(LastWord(node.Expression), node.Name.Identifier.Text) is { } ban)
        {
            Add(node, ban);
        }
        else if (ReadsResult(node) && IsTask(node.Expression) && !SeenCompleted(node, node.Expression))
        {
            Add(node, Ban.Blocking);
        }

        base.VisitMemberAccessExpression(node);
    }

    public override void VisitInvocationExpression(InvocationExpressionSyntax node)
    {
        if (node.Expression is MemberAccessExpressionSyntax called)
        {
            var receiver = called.Expression;
            var arguments = node.ArgumentList.Arguments;
            switch (called.Name.Identifier.Text)
            {
                case "Wait" when IsWaitable(receiver) && !TakesNoTime(arguments):
                case "GetResult" when AwaiterOf(receiver) is { } task && !SeenCompleted(node, task):
                    Add(node, Ban.Blocking);
                    break;
                case "Delay" when LastWord(receiver) == "Task" && !NamesClock(arguments):
                    Add(node, Ban.UnclockedWait);
                    break;
                case "ConfigureAwait" when arguments is [{ Expression: LiteralExpressionSyntax { Token.Text: "false" } }]:
                    Add(node, Ban.LeavesGrainScheduler);
                    break;
            }
        }

        base.VisitInvocationExpression(node);
    }

    /// <summary>task?.Result and task?.Wait().</summary>
    public override void VisitConditionalAccessExpression(ConditionalAccessExpressionSyntax node)
    {
        var first = node.WhenNotNull.DescendantNodesAndSelf().OfType<MemberBindingExpressionSyntax>().FirstOrDefault();
        if (first?.Name.Identifier.Text is "Result" or "Wait" && IsTask(node.Expression)) Add(node, Ban.Blocking);
        base.VisitConditionalAccessExpression(node);
    }

    public override void VisitObjectCreationExpression(ObjectCreationExpressionSyntax node)
    {
        Created(node, LastWord(node.Type), node.ArgumentList);
        base.VisitObjectCreationExpression(node);
    }

    public override void VisitImplicitObjectCreationExpression(ImplicitObjectCreationExpressionSyntax node)
    {
        if (_sources.TypeOf(node) is { } type) Created(node, type.Name, node.ArgumentList);
        base.VisitImplicitObjectCreationExpression(node);
    }

    private static Ban? BanOf(string type, string member) => (type, member) switch
    {
        ("DateTime" or "DateTimeOffset", "Now" or "UtcNow" or "Today") => Ban.Clock,
        ("Guid", "NewGuid" or "CreateVersion7") => Ban.NewGuid,
        ("Random", "Shared") => Ban.Chance,
        ("Thread", "Sleep") => Ban.Sleep,
        ("Task", "WaitAll" or "WaitAny") => Ban.Blocking,
        ("Task" or "TaskFactory" or "Factory", "Run" or "StartNew") => Ban.LeavesGrainScheduler,
        _ => null,
    };

    private void Created(SyntaxNode node, string type, ArgumentListSyntax? arguments)
    {
        var count = arguments?.Arguments.Count ?? 0;
        switch (type)
        {
            case "Random" when count == 0:
                Add(node, Ban.Chance);
                break;
            case "PeriodicTimer" or "CancellationTokenSource" when count == 1:
                Add(node, Ban.UnclockedWait);
                break;
        }
    }

    /// <summary>Task.Delay(time) and Task.Delay(time, token) run on the real clock; the other forms name a TimeProvider second.</summary>
    private bool NamesClock(SeparatedSyntaxList<ArgumentSyntax> arguments) => arguments.Count switch
    {
        1 => false,
        2 => _sources.TypeOf(arguments[1].Expression) is not { Name: "CancellationToken" },
        _ => true,
    };

    /// <summary>A property called Result that is read: not a method called, a value assigned, or a name alone.</summary>
    private static bool ReadsResult(MemberAccessExpressionSyntax node) =>
        node.Name.Identifier.Text == "Result"
        && !InNameOf(node)
        && node.Parent switch
        {
            InvocationExpressionSyntax call => call.Expression != node,
            AssignmentExpressionSyntax assignment => assignment.Left != node,
            _ => true,
        };

    private bool IsTask(ExpressionSyntax expression) =>
        _sources.TypeOf(expression) is not { TypeKind: not TypeKind.Error } type || type.Name is "Task" or "ValueTask";

    private bool IsWaitable(ExpressionSyntax expression) =>
        _sources.TypeOf(expression) is not { TypeKind: not TypeKind.Error } type
        || type.Name is "Task" or "ValueTask" or "SemaphoreSlim" or "ManualResetEventSlim" or "CountdownEvent" or "Monitor";

    /// <summary>A wait of zero asks and does not block.</summary>
    private static bool TakesNoTime(SeparatedSyntaxList<ArgumentSyntax> arguments) =>
        arguments is [{ Expression: var limit }, ..] && limit.ToString() is "0" or "TimeSpan.Zero";

    /// <summary>The task in task.GetAwaiter().GetResult(), or in the same with ConfigureAwait between.</summary>
    private static ExpressionSyntax? AwaiterOf(ExpressionSyntax receiver)
    {
        if (CallOf(receiver, "GetAwaiter") is not { } awaited) return null;
        return CallOf(awaited, "ConfigureAwait") ?? awaited;
    }

    private static ExpressionSyntax? CallOf(ExpressionSyntax expression, string method) =>
        expression is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax called }
        && called.Name.Identifier.Text == method
            ? called.Expression
            : null;

    /// <summary>Whether the member that holds the node has asked the same task IsCompleted or IsCompletedSuccessfully before.</summary>
    private static bool SeenCompleted(SyntaxNode node, ExpressionSyntax task)
    {
        var member = node.Ancestors().FirstOrDefault(ancestor => ancestor is MemberDeclarationSyntax and not BaseTypeDeclarationSyntax);
        return member is not null && member.DescendantNodes().OfType<MemberAccessExpressionSyntax>().Any(asked =>
            asked.SpanStart < node.SpanStart
            && asked.Name.Identifier.Text is "IsCompleted" or "IsCompletedSuccessfully"
            && asked.Expression.ToString() == task.ToString());
    }

    private static bool InNameOf(SyntaxNode node) => node.Ancestors().OfType<InvocationExpressionSyntax>()
        .Any(call => call.Expression is IdentifierNameSyntax { Identifier.Text: "nameof" });

    private static string LastWord(SyntaxNode name) => name switch
    {
        SimpleNameSyntax simple => simple.Identifier.Text,
        QualifiedNameSyntax qualified => qualified.Right.Identifier.Text,
        AliasQualifiedNameSyntax alias => alias.Name.Identifier.Text,
        MemberAccessExpressionSyntax access => access.Name.Identifier.Text,
        _ => "",
    };

    private void Add(SyntaxNode node, Ban ban)
    {
        var line = node.GetLocation().GetLineSpan().StartLinePosition.Line + 1;
        _findings.Add(new Finding(node.SyntaxTree.FilePath, line, ban, node.ToString().ReplaceLineEndings(" ")));
    }
}
