namespace Edge.Node.MeshLink;

/// <summary>How many questions of other nodes are being answered: bounded in all, and for each app, so that one app's
/// questions, which may wait for names that never come, leave room for the others'. Threads: any.</summary>
internal sealed class AnswerPlaces(int max, int maxOfApp)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, int> _ofApp = new(StringComparer.Ordinal);
    private int _taken;

    /// <summary>Takes a place; false when there is none.</summary>
    public bool TryTake(string appId)
    {
        lock (_lock)
        {
            var ofApp = _ofApp.GetValueOrDefault(appId);
            if (_taken >= max || ofApp >= maxOfApp)
            {
                return false;
            }

            _taken++;
            _ofApp[appId] = ofApp + 1;
            return true;
        }
    }

    /// <summary>Gives a place back.</summary>
    public void Give(string appId)
    {
        lock (_lock)
        {
            _taken--;
            if (--_ofApp[appId] == 0)
            {
                _ofApp.Remove(appId);
            }
        }
    }
}
