namespace Edge.Protocol.Tests.DataChannels.Oracle;

/// <summary>How usrsctp gives messages up (SCTP_PR_SCTP_*).</summary>
internal enum UsrsctpPolicy : byte
{
    None = 0,
    Milliseconds = 1,
    Retransmissions = 3,
}
