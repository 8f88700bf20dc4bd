namespace Orleans.Runtime;

/// <summary>A change of a reminder did not take place.</summary>
[GenerateSerializer]
public sealed class ReminderException(string message) : OrleansException(message);
