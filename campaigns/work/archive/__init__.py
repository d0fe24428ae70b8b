"""The public record of a campaign, for the registry and the archive."""
