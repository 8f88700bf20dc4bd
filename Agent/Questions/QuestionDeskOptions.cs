namespace Warren.Agent.Questions;

/// <summary>How questions are answered.</summary>
internal sealed record QuestionDeskOptions
{
    /// <summary>The most that are answered at once; more are refused. Default: 32.</summary>
    public int MaxQuestions { get; init; } = 32;

    /// <summary>How long an asker is given to hear that there is no answer, or no more of it. Default: 2 s.</summary>
    public TimeSpan TellLimit { get; init; } = TimeSpan.FromSeconds(2);
}
