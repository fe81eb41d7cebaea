namespace Edge.Primitives;

/// <summary>The deadlines of one object: one per member of an enum, the next one is their minimum.</summary>
/// <remarks>Shape: the enum's members are 0, 1, 2, … and their count is given once. Allocates only
/// when made.</remarks>
public readonly struct TimerTable<TTimer>
    where TTimer : unmanaged, Enum
{
    private readonly Instant[] _deadlines;

    /// <summary>Makes a table in which nothing is set.</summary>
    public TimerTable(int count)
    {
        _deadlines = new Instant[count];
        Array.Fill(_deadlines, Instant.Never);
    }

    /// <summary>The earliest deadline, or <see cref="Instant.Never"/>.</summary>
    public Instant Next
    {
        get
        {
            var next = Instant.Never;
            foreach (var deadline in _deadlines)
            {
                next = Instant.Min(next, deadline);
            }

            return next;
        }
    }

    /// <summary>The deadline of one timer.</summary>
    public Instant this[TTimer timer] => _deadlines[Index(timer)];

    /// <summary>Sets a timer, replacing its deadline.</summary>
    public void Set(TTimer timer, Instant deadline) => _deadlines[Index(timer)] = deadline;

    /// <summary>Clears a timer.</summary>
    public void Clear(TTimer timer) => _deadlines[Index(timer)] = Instant.Never;

    /// <summary>Clears a timer that is due and says whether it was.</summary>
    public bool TryExpire(TTimer timer, Instant now)
    {
        if (_deadlines[Index(timer)] > now)
        {
            return false;
        }

        Clear(timer);
        return true;
    }

    private static int Index(TTimer timer) =>
        System.Runtime.CompilerServices.Unsafe.SizeOf<TTimer>() == 1
            ? System.Runtime.CompilerServices.Unsafe.BitCast<TTimer, byte>(timer)
            : System.Runtime.CompilerServices.Unsafe.BitCast<TTimer, int>(timer);
}
