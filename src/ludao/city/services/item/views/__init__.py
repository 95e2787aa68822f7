"""The pages the kit cannot say: the hall's search and guides, applying, drawing up an item, the counter, the link."""
