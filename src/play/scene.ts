/** The world as one person sees it, ready to be shown: addresses are whole, texts are plain. */
export interface Scene {
  readonly viewer: Person;
  readonly people: readonly Person[];
  readonly domains: readonly string[];
  readonly group: GroupView;
  /** Newest first, as all lists here. */
  readonly home: readonly Post[];
  readonly notices: readonly Notice[];
  readonly decisions: readonly Decision[];
}

export interface Person {
  readonly acct: string;
  /** To the group: `admin`, `member`, `guest` or `banned`. */
  readonly standing: string;
}

export interface GroupView {
  readonly acct: string;
  readonly name: string;
  readonly state: string;
  readonly isWell: boolean;
  readonly followers: number;
  readonly tags: readonly string[];
  readonly isFollowed: boolean;
  readonly posts: readonly Post[];
}

export interface Post {
  /** The list's entry: the post's own id, or that of its boost. */
  readonly entry: string;
  /** On the viewer's server. */
  readonly id: string;
  readonly author: string;
  readonly at: string;
  readonly visibility: string;
  readonly warning: string;
  readonly text: string;
  /** Who brought it here by a boost. */
  readonly boostedBy: string | undefined;
  readonly isReply: boolean;
  readonly isOwn: boolean;
  readonly isBoosted: boolean;
  readonly isOfGroup: boolean;
  /** What the group made of it. */
  readonly verdict: Verdict | undefined;
}

export interface Notice {
  readonly type: string;
  readonly from: string;
  readonly at: string | undefined;
  readonly post: Post | undefined;
}

/** A decision in a sentence. */
export interface Verdict {
  readonly sentence: string;
  readonly isShared: boolean;
}

export interface Decision extends Verdict {
  readonly at: number;
  /** Such as `mention by bob@sandbox.test`. */
  readonly event: string;
  readonly text: string | undefined;
}
