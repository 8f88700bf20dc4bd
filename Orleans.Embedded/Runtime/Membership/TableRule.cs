namespace Orleans.Runtime.Membership;

/// <summary>Why the table is called. In the order in which the rules are tried: the first that applies is the one.</summary>
internal enum TableRule
{
    /// <summary>Nothing can be read before the table is there.</summary>
    FirstUse = 10,

    /// <summary>What is known may be wrong: after a write, a conflict, a pause of this process, or a hint.</summary>
    KnowledgeInDoubt = 20,

    /// <summary>An earlier life of this silo's endpoint is not dead yet, though its process must be.</summary>
    PredecessorIsGone = 30,

    /// <summary>This silo has no row.</summary>
    Join = 40,

    /// <summary>This silo reaches all active silos.</summary>
    BecomeActive = 50,

    /// <summary>This silo has been told to leave.</summary>
    Leave = 60,

    /// <summary>Another silo voted for this one's death; a sign of life shows that it is wrong.</summary>
    AnswerVote = 70,

    /// <summary>Enough silos suspect a silo, or it may be none any more.</summary>
    DeclareDead = 80,

    /// <summary>This silo suspects a silo, and others must too.</summary>
    CastVote = 90,

    /// <summary>A suspected silo answered again.</summary>
    WithdrawVote = 100,

    /// <summary>A vote stands against a silent voter long enough; has it given a sign of life?</summary>
    LookForSilentVoter = 110,

    /// <summary>A silo has been joining for too long.</summary>
    JoinTookTooLong = 120,

    /// <summary>It is time to write that this silo is alive.</summary>
    SignOfLifeDue = 130,

    /// <summary>Rows of dead silos are too old or too many.</summary>
    DeadRowsTooOldOrMany = 140,

    /// <summary>Nothing was heard of the table for long.</summary>
    RefreshDue = 150,
}
