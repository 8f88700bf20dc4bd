using Warren.Agent.Execs;
using Warren.Agent.Logs;
using Warren.Agent.Questions;

namespace Warren.Agent.Managers;

/// <summary>What managers may ask of an agent beside its tasks.</summary>
/// <param name="Logs">The output of tasks.</param>
/// <param name="Execs">Further processes in containers.</param>
/// <param name="Questions">Questions about the node.</param>
internal sealed record LinkServices(LogSender Logs, ExecRunner Execs, QuestionDesk Questions);
