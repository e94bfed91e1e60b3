namespace Llava.Data.TextCleaning;

/// <summary>Unicode's normalisation forms.</summary>
public enum UnicodeForm { None, Nfc, Nfkc, Nfd, Nfkd }
