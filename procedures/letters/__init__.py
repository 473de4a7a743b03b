"""Letters of the one-stop desk: the national forms Mẫu 01–07, receipts, and what a bundle brings along."""
