"""Lines to systems of others: the national portal, the province's service bus (LGSP), the population database, and
whoever is told by webhooks. What each line may do stands in the configuration alone (`configured`); every call goes one
way (`calling`), which bounds it, keeps a journal without personal data, and lets a line rest that does not answer."""
