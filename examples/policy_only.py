"""The policy engine alone: plain dicts in, a verdict that explains itself out.

Run it: python examples/policy_only.py
"""

from complaintkit.policy import load_profile

complaints: dict[str, dict[str, object]] = {
    "a late parcel": {"seriousness": 1},
    "a wrong bill, from somebody who cannot pay the rent now": {"seriousness": 2, "hardship": 3},
    "no heating, with a baby at home": {"seriousness": 3, "health_safety": 2, "vulnerability": 2},
    "a lost document, complained about twice before": {"seriousness": 2, "prior_failure": 2, "channel": "phone"},
}

standard = load_profile("standard")
verdicts = {words: standard.priority(facts) for words, facts in complaints.items()}

for words, verdict in sorted(verdicts.items(), key=lambda item: (item[1].value, -item[1].rank)):
    print(f"{words}: {verdict.explain()}\n")
