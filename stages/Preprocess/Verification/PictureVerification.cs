namespace Llava.Preprocess.Verification;

/// <summary>How closely the pictures that samples name are looked at. Each includes the one before it.</summary>
public enum PictureVerification
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>They exist, and their first bytes are those of a picture of bearable size.</summary>
    Header,

    /// <summary>They can be decoded.</summary>
    Full,
}
