namespace Warren.Tasks;

/// <summary>Groups of task states.</summary>
public static class TaskStates
{
    extension(TaskState state)
    {
        /// <summary>Whether nothing follows: the task holds no reservation any more.</summary>
        public bool IsFinal => state >= TaskState.Complete;

        /// <summary>Whether it holds a reservation on a node: from the promise to the end.</summary>
        public bool IsOnNode => state is >= TaskState.Assigned and < TaskState.Complete;

        /// <summary>Whether it is final and counts as a failure.</summary>
        public bool IsFailure => state is TaskState.Failed or TaskState.Rejected;
    }
}
