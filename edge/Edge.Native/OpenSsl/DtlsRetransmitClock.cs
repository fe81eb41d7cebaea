using System.Runtime.InteropServices;

namespace Edge.Native.OpenSsl;

/// <summary>Makes libssl send a flight again exactly when we say, and at no other time.</summary>
/// <remarks>
/// libssl has no call for it: DTLSv1_handle_timeout does nothing before its own deadline, by the wall
/// clock, and every read of a record sends the flight again once that deadline is past. So the timer
/// callback sets the deadline an hour ahead, where no read meets it, and when we want the flight, the
/// deadline is moved into the past and DTLSv1_handle_timeout is called. OpenSSL 3.0 and 3.1 give the
/// deadline's own address to the BIO (BIO_CTRL_DGRAM_SET_NEXT_TIMEOUT), valid as long as the SSL object.
/// From 3.2 on it is the address of a copy and must not be kept: there the callback follows the same
/// schedule as ours by the wall clock instead, and <see cref="TryExpire"/> has nothing to do.
/// </remarks>
internal unsafe struct DtlsRetransmitClock
{
    private const nuint FirstVersionWithCopy = 0x3020_0000;
    private const uint HourMicroseconds = 3_600_000_000;

    // Below our own first wait, so that libssl's deadline is past whenever ours is.
    private const uint FirstMicroseconds = 40_000;
    private const uint MaxMicroseconds = 900_000;

    private static readonly bool CanMoveDeadline =
        LibCrypto.OpenSSL_version_num() < FirstVersionWithCopy;

    private nint _deadline;

    /// <summary>Gives an SSL object its timer callback.</summary>
    public static void Install(nint ssl)
    {
        if (CanMoveDeadline)
        {
            LibSsl.DTLS_set_timer_cb(ssl, &AnswerHour);
        }
        else
        {
            LibSsl.DTLS_set_timer_cb(ssl, &AnswerSchedule);
        }
    }

    /// <summary>Remembers where the deadline is, if it is the deadline itself.</summary>
    public void Note(nint deadline)
    {
        if (CanMoveDeadline)
        {
            _deadline = deadline;
        }
    }

    /// <summary>Moves the deadline into the past when one is set.</summary>
    public readonly void TryExpire()
    {
        var deadline = (TimeValue*)_deadline;
        if (deadline is not null && (deadline->Seconds | deadline->Microseconds) != 0)
        {
            // Zero would mean that no deadline is set.
            deadline->Seconds = 0;
            deadline->Microseconds = 1;
        }
    }

    [UnmanagedCallersOnly]
    private static uint AnswerHour(nint ssl, uint microsecondsBefore) => HourMicroseconds;

    [UnmanagedCallersOnly]
    private static uint AnswerSchedule(nint ssl, uint microsecondsBefore) =>
        microsecondsBefore == 0
            ? FirstMicroseconds
            : Math.Min(microsecondsBefore * 2, MaxMicroseconds);

    /// <summary>struct timeval of 64-bit Linux.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct TimeValue
    {
        public long Seconds;
        public long Microseconds;
    }
}
