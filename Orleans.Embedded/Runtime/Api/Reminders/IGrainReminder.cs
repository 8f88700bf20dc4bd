namespace Orleans.Runtime;

/// <summary>A reminder that a grain has registered; what <see cref="GrainReminderExtensions"/> give and take.</summary>
public interface IGrainReminder
{
    string ReminderName { get; }
}
